using System.Text.Json;
using Assay.Governance;

namespace Assay.Tracking.Mlflow.Access;

/// <summary>What MLflow's auth plugin gives permissions on.</summary>
/// <param name="Kind">The kind of resource here.</param>
/// <param name="Entity">Its name in answers.</param>
/// <param name="Field">The field that names one.</param>
/// <param name="Words">In messages.</param>
internal sealed record PermissionKind(string Kind, string Entity, string Field, string Words)
{
    public static readonly PermissionKind Experiment = new(TrackingPermissions.Kind, "experiment", "experiment_id", "Experiment permission");
    public static readonly PermissionKind Model = new("models", "registered_model", "name", "Registered model permission");
    public static readonly IReadOnlyList<PermissionKind> All = [Experiment, Model];

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

    /// <summary>Writes a permission within its object.</summary>
    public void Write(Utf8JsonWriter json, MlflowCall call, UserAccount user, string name, GrantLevel level)
    {
        json.WriteString(Field, name);
        json.WriteString("user_id", user.Id);
        json.WriteString("permission", NameOf(level));
        if (this == Model)
            json.WriteString("workspace", call.Project);
    }
}
