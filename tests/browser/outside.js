// What is wider than its place: the page on its screen, a text in its box of the map.
() => {
  const text = [...document.querySelectorAll(".map .box")].flatMap((box) => {
    const { right } = box.querySelector("rect").getBoundingClientRect();
    return [...box.querySelectorAll("text")]
      .filter((one) => one.getBoundingClientRect().right > right + 1)
      .map((one) => one.textContent);
  });
  const wide = document.documentElement.scrollWidth;
  return wide > innerWidth ? [`the page is ${wide} pixels wide on ${innerWidth}`, ...text] : text;
}
