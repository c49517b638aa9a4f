// What a reader chose is kept in this browser; a token never is.
const PREFIX = "lodetrace.";

export function kept(name) {
  try { return localStorage.getItem(PREFIX + name); } catch { return null; }
}

export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch { /* a browser that keeps nothing: the choice lasts as long as the page */ }
}
