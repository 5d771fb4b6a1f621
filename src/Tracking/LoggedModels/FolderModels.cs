using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>
/// Scripts that log a bare pickle leave a folder of a run with a model in it and no <c>MLmodel</c>. Clients of version 3
/// don't register such a folder: they look for a logged model of its name, made by that run. One is made of the folder when
/// somebody who may write there looks for it, so that they find it.
/// </summary>
internal static class FolderModels
{
    /// <summary>Of how many runs the folders are looked at, the newest first.</summary>
    private const int RunsMax = 1000;

    private static readonly HashSet<string> Weights = new(StringComparer.OrdinalIgnoreCase)
    {
        ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".onnx", ".h5", ".keras", ".safetensors", ".ubj", ".cbm", ".bst",
    };

    private static readonly Statement Folders = new($"""
        SELECT r.id, r.experiment_key, r.experiment_id, r.artifact_uri
        FROM (SELECT * FROM tracking_runs a WHERE a.project = @p0 AND a.experiment_id = @p1 AND a.lifecycle = 'Active' ORDER BY a.started_at DESC LIMIT {RunsMax}) r
        JOIN tracking_files f ON f.project = @p0 AND f.folder = substr(r.artifact_uri, {RunFiles.Proxy.Length + 1}) AND f.name = @p2 AND f.digest IS NULL
        WHERE NOT EXISTS (SELECT 1 FROM tracking_models m WHERE m.project = @p0 AND m.source_run_id = r.id AND m.name = @p2)
        """);

    private static readonly Statement Insert = new("""
        INSERT INTO tracking_models (project, id, experiment_key, experiment_id, name, model_type, source_run_id, status, created_at, updated_at, artifact_uri, lifecycle)
        SELECT @p0, @p1, @p2, @p3, @p4, '', @p5, 'Ready', @p6, @p6, @p7, 'Active'
        WHERE NOT EXISTS (SELECT 1 FROM tracking_models m WHERE m.project = @p0 AND m.source_run_id = @p5 AND m.name = @p4)
        """);

    /// <summary>Makes what a search for one name would miss; nothing for any other search.</summary>
    public static async Task Adopt(MlflowCall call, IReadOnlyList<string> experiments, IReadOnlyList<Comparison> filter)
    {
        if (filter is not [{ Entity: SearchEntity.Attribute, Key: "name", Operator: "=", Value: string name }] || !CreateModel.IsName(name))
            return;
        var (project, store) = (call.Project, call.Get<FileStore>());
        var writable = call.ScopeOf(TrackingPermissions.Write);   // a search asks for less than making something does
        foreach (var experiment in experiments.Distinct(StringComparer.Ordinal).Where(writable.Has))
        {
            foreach (var folder in call.Get<Sessions>().Read(session => Find(session, project, experiment, name)))
            {
                var files = store.List(project, RunFiles.RootOf(folder.Uri));
                if (files.Exists(file => file.Name == "MLmodel") || !files.Exists(file => file.Digest is not null && Weights.Contains(Path.GetExtension(file.Name))))
                    continue;
                await call.Get<GroupWriter>().Write(session => session.Execute(
                    Insert, project, $"m-{Guid.NewGuid():N}", folder.ExperimentKey, experiment, name, folder.RunId, call.Now.ToUnixTimeMilliseconds(), folder.Uri));
            }
        }
    }

    private static List<(string RunId, long ExperimentKey, string Uri)> Find(Session session, string project, string experiment, string name)
    {
        var found = new List<(string, long, string)>();
        using var reader = session.With(Folders, project, experiment, name).ExecuteReader();
        while (reader.Read())
            found.Add((reader.GetString(0), reader.GetInt64(1), $"{reader.GetString(3)}/{name}"));
        return found;
    }
}
