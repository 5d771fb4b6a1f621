using Assay.Inference.Models;

namespace Assay.Serving.Rollouts.Live;

/// <summary>What a model's predictions are, so that those of two versions can be counted side by side.</summary>
/// <param name="Task">A number, a class of two, or a class of several.</param>
/// <param name="Classes">In their order; empty for a number.</param>
internal sealed record PredictionForm(ModelTask Task, IReadOnlyList<string> Classes)
{
    /// <summary>Classes that are told apart.</summary>
    public const int ClassesMax = 255;

    /// <summary>Null for a model whose answer is neither a number nor one of up to 255 classes for each row.</summary>
    public static PredictionForm? Of(ServedModel model) => model switch
    {
        TableModel { Schema: var schema } => new(schema.Task, schema.Classes ?? []),
        { CountableAnswer: { Classes.Count: <= ClassesMax } answer } => new(answer.Task, answer.Classes),
        _ => null,
    };

    /// <summary>Why predictions of two versions can't be compared; null when they can.</summary>
    public static string? WhyNot((int Version, ServedModel Model) stable, (int Version, ServedModel Model) candidate)
    {
        var (one, other) = (Of(stable.Model), Of(candidate.Model));
        if (one is null || other is null)
            return $"The answers of version {(one is null ? stable : candidate).Version} are no number and none of up to {ClassesMax} classes for each row";
        return one.Task == other.Task && one.Classes.SequenceEqual(other.Classes)
            ? null
            : $"Version {stable.Version} answers {one} and version {candidate.Version} {other}";
    }

    public override string ToString() => Task == ModelTask.Regression ? "a number" : $"one of {Classes.Count} classes, {string.Join(", ", Classes.Take(5))}{(Classes.Count > 5 ? " …" : "")}";
}
