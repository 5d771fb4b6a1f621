using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Registry.Models;
using Assay.Tracking;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow;

/// <summary>MLflow's rules for the names of models, aliases and tags, and its words when they are broken.</summary>
internal static partial class RegistryNames
{
    public const int AliasLengthMax = 255;
    public const int DescriptionLengthMax = 50_000;

    /// <summary>The tag in which a prompt's text is.</summary>
    private const string PromptText = "mlflow.prompt.text";

    /// <summary>The name of a model in a field.</summary>
    public static string Model(MlflowFields fields, string field = "name")
    {
        var name = fields.RequiredText(field);
        if (name.Length > RegisteredModel.NameLengthMax)
            throw MlflowError.Invalid($"'{field}' exceeds the maximum length of {RegisteredModel.NameLengthMax} characters");
        if (name.IndexOfAny(['/', ':', '@']) >= 0 || name.Any(char.IsControl))
            throw MlflowError.Invalid($"Invalid name for a registered model: '{name}'. A name holds no '/', no ':', no '@' and no control characters: models:/NAME@ALIAS could not be read.");
        return name;
    }

    /// <summary>The number of a version, which clients send as text.</summary>
    public static int Version(MlflowFields fields)
    {
        var text = fields.Has("version") ? fields.RequiredText("version") : throw MlflowError.Missing("version");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw MlflowError.Invalid(   // in the words of MLflow 3 and of MLflow 2
                $"Parameter 'version' must be an integer, got '{text}'. Model version must be an integer.");
    }

    public static string Alias(MlflowFields fields)
    {
        var alias = fields.RequiredText("alias");
        if (!AliasForm().IsMatch(alias))
            throw MlflowError.Invalid($"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).");
        if (alias.Length > AliasLengthMax)
            throw MlflowError.Invalid($"'Registered model alias name' exceeds the maximum length of {AliasLengthMax} characters");
        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase))
            throw MlflowError.Invalid("'latest' alias name (case insensitive) is reserved.");
        return VersionForm().IsMatch(alias) ? throw MlflowError.Invalid($"Version alias name '{alias}' is reserved.") : alias;
    }

    public static string TagKey(string key) => Names.Demand(key, "tag", "key");

    public static string TagValue(string key, string value) => key == PromptText && value.Length > ModelTag.ValueLengthMax
        ? throw MlflowError.Invalid($"Prompt text exceeds max length of {ModelTag.ValueLengthMax} characters.")
        : Names.DemandLength(value, ModelTag.ValueLengthMax, "Tag value", "value");

    public static string? Description(MlflowFields fields) =>
        fields.Text("description") is { } text ? Names.DemandLength(text, DescriptionLengthMax, "Description", "description") : null;

    /// <summary>The stage as it is written.</summary>
    public static string StageOf(string text) => Stage.Find(text)
        ?? throw MlflowError.Invalid($"Invalid Model Version stage: {text}. Value must be one of None, Staging, Production, Archived.");

    [GeneratedRegex(@"^[\w\-]+\z")]
    private static partial Regex AliasForm();

    [GeneratedRegex(@"^[vV][0-9]+\z")]
    private static partial Regex VersionForm();
}
