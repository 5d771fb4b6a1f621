using System.ComponentModel.DataAnnotations;
using Assay.Inference.Models;
using Assay.Kernel.Permissions;
using Assay.Learning;
using Assay.Registry;

namespace Assay.Pipelines;

/// <summary>Where a training stands.</summary>
public enum TrainingStatus
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>At work, or about to be taken up again after a restart.</summary>
    Running,

    /// <summary>Ended with a new model version.</summary>
    Succeeded,

    /// <summary>Ended without one; the problem says why.</summary>
    Failed,
}

/// <summary>A dataset to train on.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Version">Its version; null: the newest when the training is asked for.</param>
public sealed record DatasetChoice([Required, StringLength(100, MinimumLength = 1)] string Name, [Range(1, int.MaxValue)] int? Version = null);

/// <summary>A training to be done.</summary>
/// <param name="Model">Model that the new version will belong to; made when it is missing.</param>
/// <param name="Datasets">1 to 20 datasets, whose rows are trained on together.</param>
/// <param name="Label">The column to learn.</param>
/// <param name="Task">Null: inferred from the label's values.</param>
/// <param name="Seed">Decides everything random; the same seed, data and version of Assay give the same model. Null: a fixed one.</param>
/// <param name="Promote">Whether the new version goes through the gate and, when it passes, into production.</param>
/// <param name="Reason">Why, for those who read the training later.</param>
/// <param name="OnlyIfBetter">
/// With <paramref name="Promote"/>: only when it is better than the version in production beyond doubt, measured on the same
/// held-out rows: those of the last dataset, where there are several and it has enough of them. For trainings that nobody asked for, such as those after drift: the new version also takes the very inputs of the
/// one in production, so that its callers need not change what they send.
/// </param>
public sealed record NewTraining(
    [Required, RegularExpression(NewTraining.ModelPattern, ErrorMessage = NewTraining.ModelRemedy)] string Model,
    [Required, MinLength(1), MaxLength(20)] IReadOnlyList<DatasetChoice> Datasets,
    [Required, StringLength(200, MinimumLength = 1)] string Label,
    ModelTask? Task = null,
    int? Seed = null,
    bool Promote = false,
    [StringLength(500)] string? Reason = null,
    bool OnlyIfBetter = false)
{
    private const string ModelPattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
    private const string ModelRemedy =
        "A model's name has 1 to 100 letters, digits, dots, dashes and underscores, and starts with a letter or digit.";
}

/// <summary>A dataset version that a training used.</summary>
public sealed record TrainingDataset(string Name, int Version, string Digest);

/// <summary>A training, with what came of it once it is over.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Model">Model that the new version belongs to.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Stage">What is being done, in words for people; the last thing done once it is over.</param>
/// <param name="Percent">How much is done, 0 to 100.</param>
/// <param name="Problem">Why it failed, in one sentence; else null.</param>
/// <param name="Label">The column that is learned.</param>
/// <param name="Datasets">Exactly these bytes are trained on.</param>
/// <param name="Candidates">The leaderboard, best first; empty until the trainers are done.</param>
/// <param name="Version">The new model version; null until it is registered.</param>
/// <param name="Promoted">Whether it went into production; null when that was not asked for or not decided yet.</param>
/// <param name="Reason">Why the training was asked for.</param>
/// <param name="Gate">What the gate said; null when it was not asked.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="EndedAt">When it was over.</param>
public sealed record TrainingSummary(
    string Id,
    string Model,
    TrainingStatus Status,
    string Stage,
    int Percent,
    string? Problem,
    string Label,
    IReadOnlyList<TrainingDataset> Datasets,
    IReadOnlyList<Candidate> Candidates,
    int? Version,
    bool? Promoted,
    string? Reason,
    GateVerdict? Gate,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt);

/// <summary>The door of the pipelines module: trainings of the current project.</summary>
public interface ITrainings
{
    /// <summary>
    /// Queues a training; it begins by itself within a second or two of the commit. Joins the transaction that is open on
    /// the scope's database, if one is, and saves the scope's other changes with its own.
    /// </summary>
    /// <exception cref="Kernel.Refusals.Refusal">A dataset doesn't exist, or too many trainings are waiting.</exception>
    Task<TrainingSummary> Start(NewTraining training, CancellationToken cancel);

    /// <summary>The training, or null when this project has none of that id.</summary>
    Task<TrainingSummary?> Find(string id, CancellationToken cancel);

    /// <summary>
    /// What was asked for when this version of a model was trained, its datasets with the versions that were used, so that
    /// it can be trained again with more rows on the same split. Null when the version came from elsewhere.
    /// </summary>
    Task<NewTraining?> FindRecipe(string model, int version, CancellationToken cancel);
}

/// <summary>Permissions that Pipelines' routes ask for.</summary>
public static class PipelinesPermissions
{
    public static readonly Permission Read = new("trainings.read");
    public static readonly Permission Write = new("trainings.write");
}
