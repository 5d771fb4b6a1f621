using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts;

/// <summary>Sends a file as an attachment, whole or in part, whose type a browser may not guess at.</summary>
internal static class ArtifactDownload
{
    private static readonly HashSet<string> TextFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ".txt", ".json", ".yaml", ".yml", ".csv", ".tsv", ".md", ".log", ".py", ".toml", ".cfg", ".ini", ".xml", ".html", ".htm", ".js", ".sh", ".sql", ".r",
    };

    private static readonly Dictionary<string, string> Pictures = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".svg"] = "image/svg+xml",
        [".pdf"] = "application/pdf",
    };

    public static async Task Send(MlflowCall call, ArtifactPath path)
    {
        var (content, digest) = call.RootOf(path) is { } root ? await root.Open(call, path) : await call.Get<FileStore>().Open(call.Project, path, call.Cancel);
        var headers = call.Http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";   // a drawing may hold a script
        await Results.Stream(content, TypeOf(path.Name), path.Name, enableRangeProcessing: true, entityTag: new($"\"{digest}\"")).ExecuteAsync(call.Http);
    }

    /// <summary>Text that runs nowhere for what people read, the picture's own type, and bytes for the rest.</summary>
    private static string TypeOf(string name)
    {
        var extension = Path.GetExtension(name);
        if (TextFiles.Contains(extension) || name is "MLmodel" or "MLproject")
            return "text/plain; charset=utf-8";
        return Pictures.GetValueOrDefault(extension, "application/octet-stream");
    }
}
