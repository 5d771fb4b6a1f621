using Assay.Kernel.Refusals;

namespace Assay.Registry.Models;

/// <summary>The stages of a version, in MLflow's words.</summary>
internal static class Stage
{
    public const string None = "None";
    public const string Staging = "Staging";
    public const string Production = "Production";
    public const string Archived = "Archived";

    private static readonly string[] All = [None, Staging, Production, Archived];

    /// <summary>The stage as it is written, whatever the case of <paramref name="text"/>; null when it is none.</summary>
    public static string? Find(string text) => All.FirstOrDefault(stage => stage.Equals(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>A stage that has a gate.</summary>
    public static string Gated(string text) => Find(text) is Staging or Production
        ? Find(text)!
        : throw Refusal.Invalid("stage", $"A version is promoted to {Staging} or {Production}, not to '{text}'.");

    /// <summary>The alias that goes with a stage.</summary>
    public static string AliasOf(string stage) => stage.ToLowerInvariant();
}
