// "Add to calendar": an iCalendar file (RFC 5545), and links that fill in Google's and Outlook's own forms.

const stamp = (instant) => new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, "");
const escape = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** Lines longer than 75 bytes go on in the next line after a space; a character is never cut. */
function fold(line) {
  const size = (text) => new TextEncoder().encode(text).length;
  let result = "";
  let length = 0;
  for (const character of line) {
    const bytes = size(character);
    if (length + bytes > 75) {
      result += "\r\n ";
      length = 1;
    }
    result += character;
    length += bytes;
  }
  return result;
}

/** The file's text. The same UID as in the mail, so that a calendar that has it already knows it again. */
export function calendarText(booking, link) {
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Daybook//Booking page//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
    "BEGIN:VEVENT", `UID:${escape(booking.icsUid ?? booking.uid)}`, `DTSTAMP:${stamp(Date.now())}`,
    `DTSTART:${stamp(booking.start)}`, `DTEND:${stamp(booking.end)}`, `SUMMARY:${escape(booking.title)}`,
    booking.location && `LOCATION:${escape(booking.location)}`, `DESCRIPTION:${escape(link)}`, `URL:${link}`,
    `STATUS:${booking.status === "pending" ? "TENTATIVE" : "CONFIRMED"}`, "END:VEVENT", "END:VCALENDAR",
  ];
  return lines.filter(Boolean).map(fold).join("\r\n") + "\r\n";
}

export function download(booking, link) {
  const url = URL.createObjectURL(new Blob([calendarText(booking, link)], { type: "text/calendar" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = `booking-${booking.start.slice(0, 10)}.ics`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const address = (base, query) => `${base}?${new URLSearchParams(query)}`;

export const googleLink = (booking, link) => address("https://calendar.google.com/calendar/render", {
  action: "TEMPLATE", text: booking.title, dates: `${stamp(booking.start)}/${stamp(booking.end)}`, details: link,
  location: booking.location ?? "",
});

export const outlookLink = (booking, link) => address("https://outlook.live.com/calendar/0/deeplink/compose", {
  path: "/calendar/action/compose", rru: "addevent", subject: booking.title, startdt: booking.start, enddt: booking.end,
  body: link, location: booking.location ?? "",
});
