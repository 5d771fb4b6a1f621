using System.Text.Json;
using Assay.Governance;

namespace Assay.Tracking.Mlflow.Access;

/// <summary>What MLflow's auth plugin gives permissions on.</summary>
/// <param name="Kind">The kind of resource here.</param>
/// <param name="Entity">Its name in answers.</param>
/// <param name="Fields">The fields that name one: together, with a slash between, they are its name here.</param>
/// <param name="Words">In messages.</param>
internal sealed record PermissionKind(string Kind, string Entity, IReadOnlyList<string> Fields, string Words)
{
    public static readonly PermissionKind Experiment = new(TrackingPermissions.Kind, "experiment", ["experiment_id"], "Experiment permission");
    public static readonly PermissionKind Model = new("models", "registered_model", ["name"], "Registered model permission");
    public static readonly PermissionKind Scorer = new(TrackingPermissions.Scorers, "scorer", ["experiment_id", "scorer_name"], "Scorer permission");
    public static readonly IReadOnlyList<PermissionKind> All = [Experiment, Model, Scorer];

    private static readonly IReadOnlyList<string> Names = ["READ", "USE", "EDIT", "MANAGE", "NO_PERMISSIONS"];

    /// <summary>The step that the field <c>permission</c> names.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400.</exception>
    public static GrantLevel Level(MlflowFields fields)
    {
        var name = fields.RequiredText("permission");
        return name switch
        {
            "READ" or "USE" => GrantLevel.Read,   // who may use a resource changes nothing of it
            "EDIT" => GrantLevel.Write,
            "MANAGE" => GrantLevel.Manage,
            "NO_PERMISSIONS" => GrantLevel.Nothing,
            _ => throw MlflowError.Invalid($"Invalid permission '{name}'. Valid permissions are: {string.Join(", ", Names)}"),
        };
    }

    /// <summary>MLflow's name of a step.</summary>
    public static string NameOf(GrantLevel level) => level switch
    {
        GrantLevel.Nothing => "NO_PERMISSIONS",
        GrantLevel.Read => "READ",
        GrantLevel.Write => "EDIT",
        _ => "MANAGE",
    };

    /// <summary>The name of the resource that a request is about.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400.</exception>
    public string NameIn(MlflowFields fields) => string.Join('/', Fields.Select(field => fields.RequiredText(field)));

    /// <summary>The resource in words, as messages of MLflow's server name it.</summary>
    public string Named(string name) => string.Join(", ", Fields.Zip(name.Split('/', Fields.Count), (field, value) => $"{field}={value}"));

    /// <summary>Writes a permission within its object.</summary>
    public void Write(Utf8JsonWriter json, MlflowCall call, UserAccount user, string name, GrantLevel level)
    {
        foreach (var (field, value) in Fields.Zip(name.Split('/', Fields.Count)))
            json.WriteString(field, value);
        json.WriteString("user_id", user.Id);
        json.WriteString("permission", NameOf(level));
        if (this == Model)
            json.WriteString("workspace", call.Project);
    }
}
