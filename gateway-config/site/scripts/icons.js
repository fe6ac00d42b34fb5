// Every icon is one stroked path on a field of 24. In the scripts and not in a file of their own, so that they are
// there as soon as the words are.
export const icons = {
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  place: "M12 21s7-6.2 7-11.500a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  phone: "M6 3h3.5l1.5 5-2.2 1.6a11 11 0 0 0 5.6 5.6L16 13l5 1.5V18a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
  video: "M3 6.500h12v11H3zM15 11l6-3.500v9L15 13",
  price: "M3 12V4h8l10 10-8 8zM7.5 7.500a1 1 0 1 0 0 2 1 1 0 0 0 0-2z",
  people: "M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3 19c0-3.5 2.500-5 6-5s6 1.500 6 5M15.5 5.500a3 3 0 0 1 0 5.500M17 14.500c2.500.5 4 2 4 4.500",
  repeat: "M4 11V9.500a3 3 0 0 1 3-3h12M15.500 3 19 6.500 15.500 10M20 13v1.500a3 3 0 0 1-3 3H5M8.500 21 5 17.500 8.500 14",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9S9 6 12 3z",
  forward: "M9.5 5.5 16 12l-6.5 6.5",
  down: "m5.5 9.5 6.5 6.5 6.5-6.5",
  close: "m6 6 12 12M18 6 6 18",
  check: "m4.5 12.5 5 5 10-11",
  wait: "M6 3h12M6 21h12M7.5 3v4l4.5 5-4.5 5v4M16.5 3v4L12 12l4.5 5v4",
  alert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.500v5M12 16.200v.1",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
};
