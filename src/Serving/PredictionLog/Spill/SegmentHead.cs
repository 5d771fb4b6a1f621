using System.Text.Json.Serialization;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>How the values of an input are kept.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeptAs>))]
internal enum KeptAs
{
    Number,
    Category,

    /// <summary>16 hexadecimal digits by which equal values are told, and nothing else.</summary>
    Hash,

    /// <summary>The class that a row was answered with.</summary>
    Class,

    /// <summary>The probability of a class in an answer.</summary>
    Probability,
}

/// <summary>A column of the log that comes from an input, or from the answer of a model of several classes.</summary>
/// <param name="Input">Name of the input, or of the class.</param>
/// <param name="Kept">How its values are kept.</param>
/// <param name="Source">Its place in the model's schema.</param>
/// <param name="Categories">The texts that the numbers of a category stand for.</param>
internal sealed record LoggedColumn(string Input, KeptAs Kept, int Source, IReadOnlyList<string>? Categories = null)
{
    /// <summary>Name of the column with the answered class.</summary>
    public const string ClassName = "class";

    /// <summary>What stands before the name of a class, for the column with its probability.</summary>
    public const string ProbabilityPrefix = "probability_";

    /// <summary>Whether its values are numbers.</summary>
    [JsonIgnore]
    public bool IsNumber => Kept is KeptAs.Number or KeptAs.Probability;

    /// <summary>Name of the column in files: apart from the log's own columns, and telling a value from its hash.</summary>
    [JsonIgnore]
    public string Name => Kept switch
    {
        KeptAs.Hash => "hash_" + Input,
        KeptAs.Class => ClassName,
        KeptAs.Probability => ProbabilityPrefix + Input,
        _ => "input_" + Input,
    };

    /// <summary>Bytes of a value in a segment.</summary>
    [JsonIgnore]
    public int SizeBytes => Kept == KeptAs.Hash ? sizeof(ulong) : sizeof(float);
}

/// <summary>What all calls of a segment, and of the file that is made of it, have in common.</summary>
/// <param name="Id">Id of the segment and of its file.</param>
/// <param name="Project">Name of the project.</param>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Hour">Beginning of the hour, UTC.</param>
/// <param name="Model">Name of the model; null for calls that none answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">Root digest of its package.</param>
/// <param name="Columns">What is kept of the inputs.</param>
internal sealed record SegmentHead(
    string Id, string Project, string Endpoint, DateTimeOffset Hour, string? Model, int? Version, string? Digest, IReadOnlyList<LoggedColumn> Columns)
{
    /// <summary>Whether calls have what is kept of tensors; segments of former versions of this program don't.</summary>
    public bool HasTensors { get; init; }

    /// <summary>Bytes of a row: the prediction and a value per column.</summary>
    [JsonIgnore]
    public int RowBytes { get; } = sizeof(float) + Columns.Sum(column => column.SizeBytes);
}
