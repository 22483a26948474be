// How Allure 3 shows a run: one file, grouped as the tags say, with history over runs.
// Categories come from the results: Allure 3 does not read categories.json by itself.
import { existsSync, readFileSync } from "node:fs";

const file = "build/allure-results/categories.json";
const categories = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];

export default {
  name: "Network observability conformance",
  output: "build/report",
  // Kept from run to run, where `make clean` leaves it alone.
  historyPath: process.env.ALLURE_HISTORY ?? "history/allure.jsonl",
  qualityGate: { rules: [{ maxFailures: 0, minTestsCount: 1 }] },
  categories: {
    rules: categories.map(({ name, matchedStatuses, messageRegex }) => ({
      name,
      // JavaScript has no (?s) inside a pattern.
      matchers: {
        statuses: matchedStatuses,
        message: new RegExp(messageRegex.replace("(?s)", ""), "s"),
      },
    })),
  },
  plugins: {
    awesome: {
      options: {
        reportName: "Network observability conformance",
        singleFile: true,
        reportLanguage: "en",
        groupBy: ["epic", "feature", "story"],
      },
    },
  },
};
