using Assay.Governance;

namespace Assay.Pipelines.Trainings;

internal sealed record TrainingStarted(string Training, string Model, string Label, IReadOnlyList<TrainingDataset> Datasets, string? Reason)
    : LedgerEvent(EventType, $"training:{Training}")
{
    public const string EventType = "training.started";
}

internal sealed record TrainingRegistered(string Training, string Model, int Version, string Digest)
    : LedgerEvent("training.registered", $"training:{Training}");

internal sealed record TrainingFinished(string Training, string Model, int Version, bool? Promoted)
    : LedgerEvent("training.finished", $"training:{Training}");

internal sealed record TrainingFailed(string Training, string Model, string Problem)
    : LedgerEvent("training.failed", $"training:{Training}");
