using System.Text.Json.Serialization;
using Assay.Kernel.Refusals;

namespace Assay.Data.Lineage;

/// <summary>What stands in a lineage.</summary>
public enum LineageKind
{
    /// <summary>A version of a dataset that Assay keeps.</summary>
    Dataset,

    /// <summary>A dataset that a client has described as the input of a run, known by name and digest; its bytes are elsewhere.</summary>
    Input,

    /// <summary>A tracked run.</summary>
    Run,

    /// <summary>A model that a client has logged.</summary>
    LoggedModel,

    /// <summary>A registered version of a model.</summary>
    ModelVersion,

    /// <summary>A name under which a version answers.</summary>
    Endpoint,
}

/// <summary>One thing in a lineage, for those who know where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Name or id.</param>
/// <param name="Part">Version of a dataset or model, digest of an input; else null.</param>
public sealed record LineageKey(LineageKind Kind, string Name, string? Part = null)
{
    private const string Forms =
        "Use models:/NAME/VERSION (a number, alias or stage), runs:/ID, datasets:/NAME/VERSION, endpoints:/NAME, models:/m-ID for a logged model, or inputs:/DIGEST/NAME.";

    private const string LoggedModelPrefix = "m-";

    /// <summary>How it is written in answers, addresses and commands.</summary>
    [JsonIgnore]
    public string Reference => Kind switch
    {
        LineageKind.Dataset => $"datasets:/{Uri.EscapeDataString(Name)}/{Part}",
        LineageKind.Input => $"inputs:/{Uri.EscapeDataString(Part ?? "")}/{Uri.EscapeDataString(Name)}",
        LineageKind.Run => $"runs:/{Uri.EscapeDataString(Name)}",
        LineageKind.LoggedModel => $"models:/{Uri.EscapeDataString(Name)}",
        LineageKind.ModelVersion => $"models:/{Uri.EscapeDataString(Name)}/{Part}",
        _ => $"endpoints:/{Uri.EscapeDataString(Name)}",
    };

    /// <summary>What a text names.</summary>
    /// <exception cref="Refusal">400: it is no reference.</exception>
    public static LineageKey Parse(string text)
    {
        var parts = text.Split(":/", 2);
        var path = parts.Length == 2 ? parts[1].Trim('/').Split('/', 2) : [""];
        var (first, rest) = (Uri.UnescapeDataString(path[0]), path.Length == 2 ? Uri.UnescapeDataString(path[1]) : null);
        LineageKey? key = (parts[0], rest) switch
        {
            _ when first.Length == 0 => null,
            ("models", not null) => new(LineageKind.ModelVersion, first, rest),
            ("models", null) when first.StartsWith(LoggedModelPrefix, StringComparison.Ordinal) => new(LineageKind.LoggedModel, first),
            ("datasets", not null) => new(LineageKind.Dataset, first, rest),
            ("inputs", not null) => new(LineageKind.Input, rest, first),
            ("runs", null) => new(LineageKind.Run, first),
            ("endpoints", null) => new(LineageKind.Endpoint, first),
            _ => null,
        };
        return key ?? throw Refusal.Invalid("of", $"'{text}' names nothing that has a lineage. {Forms}");
    }
}
