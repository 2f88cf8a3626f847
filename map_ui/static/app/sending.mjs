/** What is sent once: it has an id of its own, so that sending it again after a lost answer does no harm. */

/** A random UUID; `crypto.randomUUID` is there only where the page came over HTTPS. */
export function newId(random = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = random(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A parcel: its id, and the moment at which it was first sent, which later attempts repeat. */
export function newParcel() {
  return { id: newId(), at: null, isUnsure: false };
}

/**
 * Sends a parcel. Gives `{answer}`, or `{error, outcome}` with outcome `lost` (nobody knows whether it arrived: send
 * the same again), `taken` (the first version had arrived, this one differs) or `refused`.
 */
export async function sendParcel(api, path, parcel, bodyOf) {
  parcel.at ??= new Date().toISOString();
  try {
    return { answer: await api.send("POST", path, bodyOf(parcel)) };
  } catch (error) {
    // Without a status the answer was cut off; 5xx may come from before or after the storing.
    const isLost = error.status === undefined || error.status === 0 || error.status >= 500;
    if (isLost) {
      parcel.isUnsure = true;
      return { error, outcome: "lost" };
    }
    return { error, outcome: error.status === 409 && parcel.isUnsure ? "taken" : "refused" };
  }
}
