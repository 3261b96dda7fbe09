// Mocha's list of tests, closed by a line that says how many passed, failed and were skipped. CommonJS, since Mocha loads
// it into the extension host by its path.
const { Spec } = require('mocha').reporters;

module.exports = class ClosingLineReporter extends Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    Spec.consoleLog(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
};
