/** The forms of RFC 9110, sections 10.2.3 and 5.6.7. */
export type RetryAfterForm = "seconds" | "imf-fixdate" | "rfc850" | "asctime";

/** The moment `at` in each form; of seconds, always two. */
export const retryAfterForms: Readonly<Record<RetryAfterForm, (at: Date) => string>> = {
  seconds: () => "2",
  "imf-fixdate": (at) => at.toUTCString(),
  rfc850: (at) => {
    const [weekday, day, month, year = "", time] = at.toUTCString().replace(",", "").split(" ");
    return `${weekday}day, ${day}-${month}-${year.slice(2)} ${time} GMT`;
  },
  asctime: (at) => {
    const [weekday, day = "", month, year, time] = at.toUTCString().replace(",", "").split(" ");
    return `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
  },
};
