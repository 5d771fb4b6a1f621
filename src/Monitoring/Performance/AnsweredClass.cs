using System.Text.Json;
using Assay.Kernel;

namespace Assay.Monitoring.Performance;

/// <summary>What a model of several classes answered for a row, kept with its label so that a correction takes out what was counted.</summary>
/// <param name="Class">The class.</param>
/// <param name="Probabilities">Of each class in the order of the version; null where they aren't known.</param>
internal sealed record AnsweredClass(string Class, IReadOnlyList<float>? Probabilities)
{
    public static AnsweredClass Read(string json) => JsonSerializer.Deserialize<AnsweredClass>(json, AssayJson.Options)!;

    public string ToJson() => JsonSerializer.Serialize(this, AssayJson.Options);
}
