using Assay.Inference.Batching;
using Assay.Inference.Counts;
using Assay.Inference.Explanations;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>How a model is served.</summary>
public enum ModelKind
{
    /// <summary>Rows of a typed schema, in this process: <see cref="InferenceModel"/>.</summary>
    Table,

    /// <summary>Any ONNX graph, in this process.</summary>
    Tensors,

    /// <summary>A program of its own, started here.</summary>
    Process,

    /// <summary>A server elsewhere.</summary>
    Remote,

    /// <summary>Several models that answer as one.</summary>
    Graph,
}

/// <summary>
/// What can stand in a <see cref="ModelSlot"/>: loaded, warmed up, and safe to use from any number of threads. Whatever
/// kind it is, it can be asked with named tensors; the table kind has a faster door of its own.
/// </summary>
public abstract class ServedModel : IDisposable
{
    private static long _loaded;
    private CallCounts? _counts;

    /// <summary>How it is served.</summary>
    public abstract ModelKind Kind { get; }

    /// <summary>What it takes and gives.</summary>
    public abstract ModelSignature Signature { get; }

    /// <summary>Names of the columns where the only input is a table of numbers; null when nobody said.</summary>
    public virtual IReadOnlyList<string>? Columns => null;

    /// <summary>How its answer is a class or a number for each row; null for a table, whose schema says it, and where it isn't known.</summary>
    public virtual RowAnswer? RowAnswer => null;

    /// <summary>What of its answers can be counted as a class or a number for each row.</summary>
    internal virtual RowAnswer? CountedAnswer => RowAnswer;

    /// <summary>The same as <see cref="RowAnswer"/>, and also where classes have no names but their places.</summary>
    public RowAnswer? CountableAnswer => CountedAnswer;

    /// <summary>What its live counts are compared with.</summary>
    public virtual BaselineProfile Watched => Counts.Profile;

    /// <summary>Takes the counts since the last call and starts new ones.</summary>
    public virtual ModelWindow TakeWindow() => Counts.Take();

    /// <summary>The counts of calls from outside, for a model that doesn't count by itself; a member of another is not asked from there.</summary>
    internal CallCounts Counts => LazyInitializer.EnsureInitialized(ref _counts, () => new(Signature, Columns, CountedAnswer));

    /// <summary>What an explanation from the outside knows of it.</summary>
    internal virtual ExplainedModel Explained => new((inputs, cancel) => Infer(inputs, null, cancel), Signature) { Columns = Columns, Answer = CountedAnswer };

    /// <summary>Tells it from every other model that this process ever loads.</summary>
    internal long Number { get; } = Interlocked.Increment(ref _loaded);

    /// <summary>What its host knows it by, set before it answers anybody; nobody here reads it.</summary>
    public object? Identity { get; set; }

    /// <summary>The versions of which it is made, such as <c>a/1, b/3</c>; null for a model that is one.</summary>
    public virtual string? Members => null;

    /// <summary>Why it does not answer at the moment; null when it does, as far as it knows.</summary>
    public virtual string? Problem => null;

    /// <summary>Raised when it stops answering, on a thread of its own.</summary>
    public event Action<ModelTrouble>? Troubled;

    /// <summary>Raised with a sentence about what whoever runs it should know, while it goes on answering.</summary>
    public event Action<string>? Noticed;

    /// <summary>Raises <see cref="Noticed"/>.</summary>
    protected void Notice(string sentence) => Noticed?.Invoke(sentence);

    /// <summary>Raises <see cref="Troubled"/>.</summary>
    protected void Report(ModelTrouble trouble) => Troubled?.Invoke(trouble);

    /// <summary>Which version it is, as protocols show it; null when its host said nothing.</summary>
    public string? Version { get; set; }

    /// <summary>Computes outputs from inputs.</summary>
    /// <param name="inputs">Each input by its name; the model checks types and shapes.</param>
    /// <param name="outputs">The outputs that are wanted; all of them when null.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidInputException">An input is missing, unknown, or of another type or shape; or there is no such output.</exception>
    /// <exception cref="ModelUnavailableException">The model does not answer at the moment.</exception>
    /// <exception cref="ModelFailedException">The model could not compute this.</exception>
    public abstract ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel);

    /// <summary>The same for a call among others, with which it may be computed, and for which it may have to wait; no bit of it depends on them.</summary>
    internal virtual async ValueTask<AnsweredTensors> InferAmongOthers(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel) =>
        new(await Infer(inputs, outputs, cancel), new(0, inputs is [{ Shape: [> 0 and <= int.MaxValue and var rows, ..] }, ..] ? (int)rows : 1));

    /// <summary>Frees what it holds. No call may be under way or come after.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what it holds; called at least once.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A model that does not answer at the moment, such as one whose process is being started again; the message says why, to the caller too.</summary>
public sealed class ModelUnavailableException(string message, TimeSpan retryAfter, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>When to ask again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>A model that could not compute an answer from inputs that it takes; the message may be shown to the caller.</summary>
public sealed class ModelFailedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether it computed for too long or wanted too much memory, and was stopped.</summary>
    public bool IsStopped { get; init; }
}
