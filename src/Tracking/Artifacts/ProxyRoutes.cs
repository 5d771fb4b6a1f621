using System.Text.Json;
using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Artifacts;

/// <summary>The artifact proxy: clients read and write files of their project by path, through the server.</summary>
internal static class ProxyRoutes
{
    public const long FileBytesMax = 256L << 30;

    public static void Map(RouteGroupBuilder proxy)
    {
        var group = proxy.MapGroup("/artifacts");
        group.MapFields("GET", "/", List).AllowSignedIn("Each folder is judged by what it belongs to: by runs.read an experiment, by models.read a model.");
        group.MapOperation("GET", "/{**path}", Download, TrackingPermissions.Read).WithMetadata(ArtifactOwner.OfPath);
        group.MapStream("PUT", "/{**path}", Upload, TrackingPermissions.Write).WithMetadata(new RequestSizeLimitAttribute(FileBytesMax), ArtifactOwner.OfPath);
        group.MapStream("DELETE", "/{**path}", Delete, TrackingPermissions.Write).WithMetadata(ArtifactOwner.OfPath);
    }

    /// <summary>One folder, its entries by name; an empty list for one that is not there.</summary>
    private static async Task List(MlflowCall call)
    {
        var folder = ArtifactPath.Read(call.Fields.Text("path"));
        var found = call.RootOf(folder) is { } root ? await root.List(call, folder) : ListOwn(call, folder);
        await call.Answer(json => WriteFiles(json, found, ""));
    }

    // The root has a folder for each experiment: each caller sees those that they may read.
    private static List<FileEntry> ListOwn(MlflowCall call, ArtifactPath folder)
    {
        var scope = call.ScopeOf(TrackingPermissions.Read);
        if (folder.Text.Length > 0 && !scope.Reach.IsEverything)
            scope.Demand(call.Get<Sessions>().Read(session => ArtifactOwner.Find(session, scope.Project, folder))!);
        var found = call.Get<FileStore>().List(call.Project, folder);
        return folder.Text.Length > 0 ? found : found.FindAll(entry => scope.Has(entry.Name));
    }

    private static Task Download(MlflowCall call) => ArtifactDownload.Send(call, PathOf(call.Http));

    private static async Task Upload(HttpContext http)
    {
        var call = new MlflowCall(http, MlflowFields.None);
        var path = PathOf(http);
        call.DemandWritable(path);
        await call.Get<FileStore>().Store(call.Project, call.Caller, path, http.Request.Body, call.Cancel);
        await call.Answer();
    }

    private static async Task Delete(HttpContext http)
    {
        var call = new MlflowCall(http, MlflowFields.None);
        var path = PathOf(http);
        if (path.Text.Length == 0)
            throw MlflowError.Invalid("Invalid path");
        call.DemandWritable(path);
        ArtifactOwner.Demand(call, path);
        await call.Get<FileStore>().Delete(call.Project, call.Caller, path);
        await call.Answer();
    }

    /// <summary>Entries of a folder as clients read them.</summary>
    /// <param name="json">Within an object.</param>
    /// <param name="files">The entries.</param>
    /// <param name="prefix">What their paths begin with: nothing, or a folder and a slash.</param>
    public static void WriteFiles(Utf8JsonWriter json, List<FileEntry> files, string prefix)
    {
        if (files.Count == 0)
            return;
        json.WriteStartArray("files"u8);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, prefix + file.Name);
            json.WriteBoolean("is_dir"u8, file.Digest is null);
            if (file.Digest is not null)
                json.WriteNumber("file_size"u8, file.SizeBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The path that the route names.</summary>
    public static ArtifactPath PathOf(HttpContext http) => ArtifactPath.Read(Uri.UnescapeDataString((string?)http.Request.RouteValues["path"] ?? ""));
}
