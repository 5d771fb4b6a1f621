using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts;

/// <summary>Files of runs by the run's id.</summary>
internal static class RunFiles
{
    public const string Proxy = "mlflow-artifacts:/";

    public static void Map(IEndpointRouteBuilder group, IEndpointRouteBuilder root)
    {
        group.MapOperationOnAny("GET", "/artifacts/list", List, TrackingPermissions.Read);
        root.MapOperationOnAny("GET", "/get-artifact", Download, TrackingPermissions.Read);
    }

    /// <summary>Whether this server keeps what is there.</summary>
    public static bool IsHere(string? uri) => uri?.StartsWith(Proxy, StringComparison.Ordinal) == true && !uri.StartsWith(Proxy + "/", StringComparison.Ordinal);

    /// <summary>A place below an experiment's: before the query, where its address has one.</summary>
    public static string Below(string location, string inner) => location.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query
        ? $"{location[..query].TrimEnd('/')}/{inner}{location[query..]}"
        : $"{location}/{inner}";

    /// <summary>A place as clients name it, as a path below the project's root.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: the files are kept elsewhere, where the client reads them by itself.</exception>
    public static ArtifactPath RootOf(string uri) => IsHere(uri)
        ? ArtifactPath.Read(uri[Proxy.Length..])
        : throw MlflowError.Invalid($"The files are at '{uri}', which this server does not keep: read them there.");

    /// <summary>One folder of a run, its paths from the run's root on.</summary>
    public static Task List(MlflowCall call)
    {
        var inner = ArtifactPath.Read(call.Fields.Text("path"));
        var uri = UriOf(call);
        var folder = RootOf(uri).Below(inner);
        var found = call.Get<FileStore>().List(call.Project, folder);
        return call.Answer(json =>
        {
            json.WriteString("root_uri"u8, uri);
            ProxyRoutes.WriteFiles(json, found, inner.Text.Length == 0 ? "" : inner.Text + "/");
        });
    }

    private static Task Download(MlflowCall call)
    {
        var inner = ArtifactPath.Read(call.Fields.RequiredText("path"));
        return ArtifactDownload.Send(call, RootOf(UriOf(call)).Below(inner));
    }

    private static string UriOf(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        return call.Get<Sessions>().Read(session => RunReader.Find(session, scope, id)).ArtifactUri;
    }
}
