namespace Assay.Registry.Scans.Archives;

/// <summary>Names of members that lead out of the folder in which they are unpacked.</summary>
internal static class MemberPath
{
    private const int LengthMax = 4096;

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        if (name.Length == 0)
            return "a member has no name";
        if (name.Length > LengthMax)
            return "a member's name is longer than any file system takes";
        if (name.Any(char.IsControl))
            return $"the member '{name}' has control characters in its name";
        var parts = name.Split('/', '\\');
        if (parts[0].Length == 0 && name.Length > 1)
            return $"the member '{name}' names an absolute path";
        if (parts[0] is [_, ':', ..] && char.IsAsciiLetter(name[0]))
            return $"the member '{name}' names a drive";
        return parts.Contains("..") ? $"the member '{name}' leads out of its folder" : null;
    }
}
