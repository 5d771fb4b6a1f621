using System.ComponentModel.DataAnnotations;

namespace Assay.Monitoring.Feedback;

/// <summary>Why a retraining was started.</summary>
public enum RetrainingTrigger
{
    /// <summary>An alert: of drift, of a part of the traffic, of concept drift, or of drift of the dataset that is trained with.</summary>
    Alert,

    /// <summary>So many hours have passed since the last one.</summary>
    Schedule,

    /// <summary>The dataset of recent rows has a new version.</summary>
    NewVersion,

    /// <summary>Somebody asked for it.</summary>
    Asked,

    /// <summary>So many labels of predictions are new.</summary>
    NewLabels,
}

/// <summary>
/// When a monitor trains the model again, on the datasets of the version that answers and the newest version of one with
/// recent rows; and what holds it back from doing so too often.
/// </summary>
/// <param name="Dataset">Name of the dataset that holds recent rows with their labels.</param>
/// <param name="OnAlert">Whether an alert of drift, of all traffic or a part of it, of what is true of an input, or of this dataset, starts one.</param>
/// <param name="OnNewVersion">Whether a new version of the dataset starts one.</param>
/// <param name="EveryHours">Hours after the last one at which another is started, 1 to 8,760; null for no schedule.</param>
/// <param name="CoolDownHours">Hours that must have passed since the last one was started, 0 to 8,760.</param>
/// <param name="MinimumNewRows">Rows that the dataset must have gained since the last one, or labels that must have come, where it is made of them; up to a billion.</param>
/// <param name="MaximumPerWeek">How many may be started in seven days, 1 to 1,000.</param>
/// <param name="BudgetMinutesPerWeek">Minutes that trainings may have taken in seven days, 1 to 100,000; null for no budget.</param>
/// <param name="NewLabels">Labels of predictions after which one is started, 10 to a billion; null for no count of them.</param>
/// <param name="FromLabels">Whether a version of the dataset is made of labelled predictions before each one.</param>
public sealed record RetrainSettings(
    [Required, StringLength(200, MinimumLength = 1)] string Dataset,
    bool OnAlert = true,
    bool OnNewVersion = false,
    [Range(1, 8760)] int? EveryHours = null,
    [Range(0, 8760.0)] double CoolDownHours = 0,
    [Range(0, 1_000_000_000)] long MinimumNewRows = 0,
    [Range(1, 1000)] int MaximumPerWeek = 20,
    [Range(1, 100_000)] int? BudgetMinutesPerWeek = null,
    [Range(10, 1_000_000_000)] long? NewLabels = null,
    bool FromLabels = false);

/// <summary>A training that the feedback loop started, from its cause to its outcome.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Model">The model that is trained again.</param>
/// <param name="Champion">The version that answered when it was started.</param>
/// <param name="Trigger">What started it.</param>
/// <param name="Because">The cause in one sentence.</param>
/// <param name="Alert">Id of the alert that started it; null when none did.</param>
/// <param name="Dataset">The dataset with the recent rows.</param>
/// <param name="DatasetVersion">Its version that is trained on.</param>
/// <param name="Training">Id of the training.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Candidate">Model version that came of it; null until there is one.</param>
/// <param name="Promoted">Whether the candidate went through the gate of production and, where promotions come by one, through its roll-out; null until judged.</param>
/// <param name="Reason">Why it was promoted or not, or what failed; null until it is over.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="EndedAt">When the training was over; a roll-out of its candidate may still go on.</param>
public sealed record RetrainingSummary(
    string Id,
    string Endpoint,
    string Model,
    int Champion,
    RetrainingTrigger Trigger,
    string Because,
    string? Alert,
    string Dataset,
    int DatasetVersion,
    string Training,
    Alerts.RetrainingState State,
    int? Candidate,
    bool? Promoted,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt);

/// <summary>The retrainings of an endpoint, and whether another one could start now.</summary>
/// <param name="Held">What holds back another one, in one sentence; null when nothing does.</param>
/// <param name="Items">Newest first, at most 100.</param>
public sealed record RetrainingList(string? Held, IReadOnlyList<RetrainingSummary> Items);

/// <summary>Something that happened in a retraining.</summary>
/// <param name="At">When.</param>
/// <param name="Kind"><c>alert</c>, <c>training</c>, <c>candidate</c>, <c>gate</c>, <c>rollout</c>, <c>deployment</c> or <c>outcome</c>.</param>
/// <param name="What">What, in one sentence.</param>
/// <param name="Subject">What it is about, as events in the ledger name it, such as <c>model:churn@4</c>; null for nothing of its own.</param>
public sealed record RetrainingStep(DateTimeOffset At, string Kind, string What, string? Subject = null);

/// <summary>The whole story of a retraining.</summary>
/// <param name="Retraining">Cause and outcome.</param>
/// <param name="Steps">What happened, oldest first.</param>
public sealed record RetrainingStory(RetrainingSummary Retraining, IReadOnlyList<RetrainingStep> Steps);
