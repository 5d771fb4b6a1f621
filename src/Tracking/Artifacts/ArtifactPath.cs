using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts;

/// <summary>The path of a file below the root of a project's files: names with a slash between them, none of which leads upwards.</summary>
internal readonly record struct ArtifactPath(string Folder, string Name)
{
    public const int LengthMax = 1000;

    /// <summary>The whole path; empty for the root.</summary>
    public string Text => Folder.Length == 0 ? Name : $"{Folder}/{Name}";

    /// <summary>The folders that it is in, from the outermost.</summary>
    public IEnumerable<ArtifactPath> Folders
    {
        get
        {
            for (var end = Folder.IndexOf('/', StringComparison.Ordinal); Folder.Length > 0; end = Folder.IndexOf('/', end + 1))
            {
                if (end < 0)
                {
                    yield return Of(Folder);
                    yield break;
                }

                yield return Of(Folder[..end]);
            }
        }
    }

    /// <summary>Reads what a client sent; the root when it is empty.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400 "Invalid path": absolute, upwards, of another system, or too long; also once it is decoded again.</exception>
    public static ArtifactPath Read(string? sent) => TryRead(sent)
        ?? throw MlflowError.Invalid(sent!.Length > LengthMax ? $"Invalid path: it has more than {LengthMax} characters." : "Invalid path");

    /// <summary>The same; null for what is no path.</summary>
    public static ArtifactPath? TryRead(string? sent)
    {
        var path = sent ?? "";
        for (var decoded = Uri.UnescapeDataString(path); ; decoded = Uri.UnescapeDataString(decoded))
        {
            if (!IsSound(decoded))
                return null;
            if (decoded == Uri.UnescapeDataString(decoded))
                break;
        }

        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToArray();
        var whole = string.Join('/', parts);
        return whole.Length <= LengthMax ? Of(whole) : null;
    }

    /// <summary>A path below this one.</summary>
    public ArtifactPath Below(ArtifactPath inner) => inner.Text.Length == 0 ? this : Text.Length == 0 ? inner : Of($"{Text}/{inner.Text}");

    private static ArtifactPath Of(string whole)
    {
        var slash = whole.LastIndexOf('/');
        return slash < 0 ? new("", whole) : new(whole[..slash], whole[(slash + 1)..]);
    }

    private static bool IsSound(string path) =>
        !path.StartsWith('/') && !path.Any(letter => letter is '\\' or '\0' || char.IsControl(letter)) && path is not [_, ':', ..]
        && path.Split('/').All(part => part != "..");
}
