/** The HTTP API: one way to ask, problems (RFC 9457) as errors with words and faults. */

/** What went wrong, as the server said it. `status` 0: no answer came. */
export class Problem extends Error {
  constructor({ status, title, detail = "", faults = [], type = "" }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, faults, type });
  }
}

/** A path with its query; parameters without a value are left out. */
export function withQuery(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (given.length === 0) return path;
  const pairs = given.flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
}

/** The problem in an answer that is no success; made up from the status when the body is not one. */
export async function readProblem(answer) {
  const isProblem = (answer.headers.get("content-type") ?? "").includes("problem+json");
  const body = isProblem ? await answer.json() : {};
  return new Problem({ ...body, status: answer.status, title: body.title ?? `HTTP ${answer.status}` });
}

function problemOf(request) {
  const isProblem = (request.getResponseHeader("content-type") ?? "").includes("problem+json");
  const body = isProblem ? JSON.parse(request.responseText) : {};
  return new Problem({ ...body, status: request.status, title: body.title ?? `HTTP ${request.status}` });
}

/**
 * The API's caller: `get(path, query, signal)`, `bytes(…)` the same for what is no JSON,
 * `send(method, path, body)`, `all(path, query)` for every page of a
 * list, `upload(path, query, file, onProgress)` a file as the body, and `setCsrf(token)`. `language()` gives the language in which problems are wanted; `onSignedOut` is
 * called when a session has ended.
 */
export function createApi({ fetch, language, onSignedOut }) {
  let csrf = null;

  async function ask(path, { headers, read = (answer) => answer.json(), ...options }) {
    let answer;
    try {
      const spoken = { "Accept-Language": language() };
      answer = await fetch(path, { credentials: "same-origin", headers: { ...spoken, ...headers }, ...options });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem({ status: 0, title: "offline" });
    }
    if (answer.status === 401 && onSignedOut !== undefined) onSignedOut();
    if (!answer.ok) throw await readProblem(answer);
    return answer.status === 204 ? null : read(answer);
  }

  /** fetch() does not tell how much of a body is sent; `onProgress(share)` hears it, 0 to 1. */
  function sendFile(url, file, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("Accept-Language", language());
      request.setRequestHeader("Content-Type", "application/octet-stream");
      if (csrf !== null) request.setRequestHeader("X-CSRF-Token", csrf);
      request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
      request.onerror = () => reject(new Problem({ status: 0, title: "offline" }));
      request.onload = () => {
        if (request.status === 401 && onSignedOut !== undefined) onSignedOut();
        if (request.status < 300) resolve(JSON.parse(request.responseText));
        else reject(problemOf(request));
      };
      request.send(file);
    });
  }

  const get = (path, query, signal) => ask(withQuery(path, query), { signal });

  return {
    get,
    bytes: (path, query, signal) => ask(withQuery(path, query), { signal, read: (answer) => answer.arrayBuffer() }),
    setCsrf(token) {
      csrf = token;
    },
    send(method, path, body) {
      const headers = { "Content-Type": "application/json" };
      if (csrf !== null) headers["X-CSRF-Token"] = csrf;
      return ask(path, { method, headers, body: JSON.stringify(body ?? {}) });
    },
    upload: (path, query, file, onProgress) => sendFile(withQuery(path, query), file, onProgress),
    async all(path, query) {
      const items = [];
      let after = null;
      do {
        const page = await get(path, { ...query, after });
        items.push(...page.items);
        after = page.next ?? null;
      } while (after !== null);
      return items;
    },
  };
}
