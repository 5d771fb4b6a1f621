// Runs before the first paint: no flash of the wrong colours, and the server learns shade and time zone by cookie.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const year = 60 * 60 * 24 * 365;

  const keep = (name, value) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${year}; samesite=lax${secure}`;
  };

  const apply = () => {
    const choice = localStorage.getItem("assay-theme") ?? "system";
    const dark = choice === "dark" || (choice === "system" && system.matches);
    document.documentElement.classList.toggle("dark", dark);
    keep("assay-shade", dark ? "dark" : "light");
    document.dispatchEvent(new CustomEvent("assay-shade", { detail: dark }));
    return dark;
  };

  keep("assay-zone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
  apply();
  system.addEventListener("change", apply);
  window.assayTheme = {
    choice: () => localStorage.getItem("assay-theme") ?? "system",
    choose: choice => {
      localStorage.setItem("assay-theme", choice);
      return apply();
    },
  };

  // Menus close when the reader turns elsewhere.
  const close = except => document.querySelectorAll("details.picker[open], details.columns[open]")
    .forEach(menu => menu !== except && menu.removeAttribute("open"));
  document.addEventListener("click", event => close(event.target.closest?.("details")));
  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    document.activeElement?.closest?.("details.picker, details.columns")?.querySelector("summary").focus();
    close();
  });

  const copy = async text => {
    if (navigator.clipboard && isSecureContext)
      return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };

  document.addEventListener("click", async event => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await copy(button.dataset.copy);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
  });
})();
