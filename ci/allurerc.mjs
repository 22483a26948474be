// How Allure 3 shows a run: one file, grouped as the tags say, with history over runs.
// Categories come from the results: Allure 3 does not read categories.json by itself.
import { existsSync, readFileSync } from "node:fs";

// Node 20 has no helpers of iterators yet, which Allure's quality gate uses.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf(new Map().values()));
iterators.toArray ??= function toArray() {
  return [...this];
};

const file = "build/allure-results/categories.json";
const categories = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];

export default {
  name: "Network observability conformance",
  output: "build/report",
  // Kept from run to run, where `make clean` leaves it alone. Empty: nobody is to remember this look.
  historyPath: (process.env.ALLURE_HISTORY ?? "history/allure.jsonl") || undefined,
  qualityGate: { rules: [{ maxFailures: 0, minTestsCount: 1 }] },
  categories: {
    rules: categories.map(({ name, matchedStatuses, messageRegex }) => ({
      name,
      // JavaScript has no (?s) inside a pattern.
      matchers: {
        statuses: matchedStatuses,
        message: new RegExp(messageRegex.replace("(?s)", ""), "s"),
        ...(name.startsWith("Egress") ? { labels: { epic: /^egress$/i } } : {}),
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
