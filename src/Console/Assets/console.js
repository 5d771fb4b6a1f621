// What the server asks of the reader's browser.
export const remember = (key, value) => localStorage.setItem(`assay:${key}`, value);
export const recall = key => localStorage.getItem(`assay:${key}`);
export const themeChoice = () => window.assayTheme.choice();
export const chooseTheme = choice => window.assayTheme.choose(choice);
export const reader = () => ({
  dark: document.documentElement.classList.contains("dark"),
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
});
// The address holds what is shown, so that it can be sent to somebody; the page stays as it is.
export const address = relative => history.replaceState(history.state, "", new URL(relative, document.baseURI));
export const show = id => document.getElementById(id)?.scrollIntoView({ block: "nearest" });

export const download = (name, type, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

export const connected = () => document.documentElement.dataset.connected = "true";

export const onShade = reader => {
  const tell = event => reader.invokeMethodAsync("ShadeChanged", event.detail).catch(() => {});
  document.addEventListener("assay-shade", tell);
};

export const onSearchKey = () => {
  document.addEventListener("keydown", event => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    document.getElementById("search")?.focus();
  });
};
