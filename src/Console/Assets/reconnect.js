// A lost connection says so (the notice is shown by style) and comes back by itself, by a fresh page if it must.
(() => {
  const answers = async () => {
    try {
      return (await fetch("/health/live", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };

  const reloadWhenBack = async () => {
    while (!(await answers())) await new Promise(done => setTimeout(done, 2000));
    location.reload();
  };

  document.getElementById("components-reconnect-modal")?.addEventListener("components-reconnect-state-changed", event => {
    if (event.detail.state === "failed" || event.detail.state === "rejected") reloadWhenBack();
  });
})();
