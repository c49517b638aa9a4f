// Pairs of boxes that lie on each other, though neither is in the other.
() => {
  const watched = "h1, h2, p, li, td, th, dt, dd, button, input, select, summary, header a, .tabs a, .card, "
    + ".map .box rect:not(.edge)";
  const said = (one) => `${one.tagName} ${one.textContent.slice(0, 40)}`;
  const boxes = [...document.querySelectorAll(watched)]
    .filter((one) => one.checkVisibility() && !one.closest(".unseen"))
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1);
  const found = [];
  boxes.forEach(({ one, box }, at) => {
    for (const { one: other, box: next } of boxes.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(box.right, next.right) - Math.max(box.left, next.left);
      const tall = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
      if (wide > 1.5 && tall > 1.5) found.push(`${said(one)} | ${said(other)}`);
    }
  });
  return found.slice(0, 5);
}
