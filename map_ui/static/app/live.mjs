/** What changes on the server, heard while the page is seen. */

const AGAIN_MS = 10_000;

/**
 * Listens to `/api/live` while the page is visible, and goes on where it was after a pause or a lost line.
 * `onChanges(changes)` hears what was changed, `onReset()` that anything may have been. `isSignedIn()` is asked when the
 * server does not let us listen: a promise that is true while there is a session.
 */
export function startLive({ onChanges, onReset, isSignedIn, EventSource = window.EventSource, document = window.document }) {
  let source = null;
  let last = null;
  let timer = 0;

  function remember({ lastEventId }) {
    if (lastEventId) last = lastEventId;
  }

  function open() {
    if (source !== null || document.hidden) return;
    source = new EventSource(last === null ? "/api/live" : `/api/live?${new URLSearchParams({ after: last })}`);
    source.addEventListener("ready", remember);
    source.addEventListener("changes", (event) => {
      remember(event);
      onChanges(JSON.parse(event.data).changes);
    });
    source.addEventListener("reset", async (event) => {
      remember(event);
      // It may be that nobody is signed in any more: that is asked where the answer leads to the way in.
      close();
      if (!(await isSignedIn())) return;
      onReset();
      open();
    });
    // A browser tries again by itself, unless the answer was a refusal.
    source.onerror = () => source?.readyState === EventSource.CLOSED && tryLater();
  }

  // An open stream takes one of the few lines that a browser has to a server: a page that nobody sees needs none.
  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function tryLater() {
    close();
    timer = setTimeout(async () => {
      if (await isSignedIn()) open();
    }, AGAIN_MS);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  for (const going of ["pagehide", "signout"]) window.addEventListener?.(going, close);
  open();
  return { close };
}
