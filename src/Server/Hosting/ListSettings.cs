using Microsoft.Extensions.Configuration;

namespace Assay.Server.Hosting;

/// <summary>Settings that are lists. A single value in the place of one is bound to nothing by the framework, unseen.</summary>
internal static class ListSettings
{
    /// <summary>All of them, by their paths.</summary>
    public static readonly string[] Paths =
        ["Steps:Command", "Outbound:AllowedHosts", "ModelProcesses:Command", "ModelProcesses:AllowedPrograms", "Oidc:Scopes", "Oidc:Roles"];

    /// <summary>Refuses a value that stands where a list belongs.</summary>
    /// <exception cref="StartRefusedException">There is one.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var path in Paths)
        {
            if (configuration[path] is not { Length: > 0 } value)
                continue;
            var variable = $"ASSAY_{path.Replace(":", "__", StringComparison.Ordinal)}";
            throw new StartRefusedException($"{path} is a list, and '{value}' is one value in its place. In the environment each entry has a number: {variable}__0={value}, {variable}__1=… ; in appsettings.json it is written in brackets.");
        }
    }
}
