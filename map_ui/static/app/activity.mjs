/** Whether anything is still loading, as `html[data-ready="1"]` and `aria-busy` on the page. */

/** `begin()` says that work started and gives the function that says it ended; ready once nothing is under way. */
export function createActivity(root) {
  let running = 0;

  function settle() {
    if (running > 0) return;
    root.dataset.ready = "1";
    root.removeAttribute("aria-busy");
  }

  return {
    begin() {
      running += 1;
      delete root.dataset.ready;
      root.setAttribute("aria-busy", "true");
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        running -= 1;
        // One end is often the next beginning: wait until the work it calls for has begun.
        if (running === 0) setTimeout(settle, 60);
      };
    },
  };
}

/** Does `act()` while the page counts as loading; what goes wrong becomes a notice. */
export async function whileBusy({ activity, notices }, act) {
  const end = activity.begin();
  try {
    await act();
  } catch (error) {
    notices.show(error);
  } finally {
    end();
  }
}
