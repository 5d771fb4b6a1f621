using Assay.Governance;

namespace Assay.Monitoring.Feedback;

internal sealed record RetrainingAsked(string Endpoint, string Alert, string Dataset)
    : LedgerEvent("feedback.retraining-asked", $"endpoint:{Endpoint}");

internal sealed record RetrainingStarted(
    string Endpoint, string Retraining, RetrainingTrigger Trigger, string Because, string? Alert, string Training, string Dataset, int DatasetVersion)
    : LedgerEvent("feedback.retraining-started", $"endpoint:{Endpoint}");

internal sealed record RetrainingHeld(string Endpoint, string Alert, string Because)
    : LedgerEvent("feedback.retraining-held", $"endpoint:{Endpoint}");

internal sealed record RetrainingRollsOut(string Endpoint, string Retraining, string? Alert, string Training, int Candidate)
    : LedgerEvent("feedback.retraining-rolls-out", $"endpoint:{Endpoint}");

internal sealed record RetrainingFinished(
    string Endpoint, string? Retraining, string? Alert, string? Training, int? Candidate, bool Promoted, string Reason)
    : LedgerEvent("feedback.retraining-finished", $"endpoint:{Endpoint}");
