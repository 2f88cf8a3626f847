/** The phone's position, or why there is none. */

const OPTIONS = { enableHighAccuracy: true, maximumAge: 5000, timeout: 30_000 };
const PERMISSION_DENIED = 1;

/**
 * Watches the position: `onPosition({lon, lat, accuracy_m})` at each fix, `onProblem(why)` when there is none:
 * `insecure` (the page did not come over HTTPS), `denied` or `unavailable`.
 */
export function watchPosition({ onPosition, onProblem }) {
  if (!window.isSecureContext) {
    onProblem("insecure");
    return;
  }
  if (navigator.geolocation === undefined) {
    onProblem("unavailable");
    return;
  }
  navigator.geolocation.watchPosition(
    ({ coords }) => onPosition({ lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }),
    ({ code }) => onProblem(code === PERMISSION_DENIED ? "denied" : "unavailable"),
    OPTIONS,
  );
}
