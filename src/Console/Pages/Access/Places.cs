namespace Assay.Console.Pages.Access;

/// <summary>Places of bindings in words.</summary>
internal static class Places
{
    public static string Of(string? project, string? resource) => (project, resource) switch
    {
        (null, _) => "whole installation",
        (_, null) => $"project {project}",
        _ => $"{resource} in {project}",
    };
}

/// <summary>An account or group that a form offers.</summary>
public sealed record AccountChoice(string Id, string Name);
