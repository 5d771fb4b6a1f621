using System.Text;
using Assay.Governance;
using Assay.Kernel;

namespace Assay.Registry.Mlflow;

/// <summary>A model was made that has no version yet.</summary>
public sealed record ModelCreated(string Model) : LedgerEvent("model.created", $"model:{Model}");

/// <summary>What is written about a model was changed: its description.</summary>
public sealed record ModelDescribed(string Model) : LedgerEvent("model.described", $"model:{Model}");

/// <summary>The same of a version.</summary>
public sealed record VersionDescribed(string Model, int Version) : LedgerEvent("model.described", $"model:{Model}@{Version}");

/// <summary>A model got another name. None of its versions was signed under the old one.</summary>
public sealed record ModelRenamed(string Model, string Former) : LedgerEvent("model.renamed", $"model:{Model}");

/// <summary>A tag of a model or a version was set, or taken away.</summary>
/// <param name="Subject">The model or version.</param>
/// <param name="Key">The tag's key.</param>
/// <param name="ValueDigest">SHA-256 of its value; null when it was taken away.</param>
public sealed record ModelTagged(string Subject, string Key, string? ValueDigest) : LedgerEvent("model.tagged", Subject)
{
    internal static ModelTagged Of(string model, string key, string? value) => new($"model:{model}", key, DigestOf(value));

    internal static ModelTagged Of(string model, int version, string key, string? value) => new($"model:{model}@{version}", key, DigestOf(value));

    private static string? DigestOf(string? value) => value is null ? null : Digest.Of(Encoding.UTF8.GetBytes(value)).ToString();
}

/// <summary>An alias leads to a version.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Alias">The alias.</param>
/// <param name="Version">Where it leads; null when it was taken away.</param>
/// <param name="Former">Where it led before.</param>
public sealed record AliasMoved(string Model, string Alias, int? Version, int? Former) : LedgerEvent("model.alias-moved", $"model:{Model}");

/// <summary>A version left its stage without entering another.</summary>
public sealed record StageLeft(string Model, int Version, string Digest, string Stage, string Former)
    : LedgerEvent("model.stage-left", $"model:{Model}@{Version}");

/// <summary>A version is not to be used any more. It is kept, unseen by MLflow's clients, for as long as its retention says.</summary>
public sealed record VersionWithdrawn(string Model, int Version, string Digest) : LedgerEvent("model.withdrawn", $"model:{Model}@{Version}");

/// <summary>The same of a model with all its versions.</summary>
public sealed record ModelWithdrawn(string Model) : LedgerEvent("model.withdrawn", $"model:{Model}");
