using System.Globalization;

namespace Assay.Tests.Tracking.Importing;

/// <summary>A folder as MLflow's file store writes it.</summary>
internal sealed class MlrunsFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Path;

    public string Experiment(string id, string name, string stage = "active")
    {
        var folder = stage == "deleted" ? Path.Combine(Root, ".trash", id) : Path.Combine(Root, id);
        Write(folder, "meta.yaml", $"artifact_location: file:///tmp/mlruns/{id}\ncreation_time: 1700000000000\nexperiment_id: '{id}'\nlast_update_time: 1700000000000\nlifecycle_stage: {stage}\nname: '{name}'\n");
        return folder;
    }

    public static string Run(string experiment, string id, string name, int status = 3, string stage = "active")
    {
        var folder = Path.Combine(experiment, id);
        Write(folder, "meta.yaml", $$"""
            artifact_uri: file:///tmp/mlruns/{{Path.GetFileName(experiment)}}/{{id}}/artifacts
            end_time: {{(status == 1 ? "null" : "1700000060000")}}
            entry_point_name: ''
            experiment_id: '{{Path.GetFileName(experiment)}}'
            lifecycle_stage: {{stage}}
            run_id: {{id}}
            run_name: {{name}}
            run_uuid: {{id}}
            source_name: ''
            source_type: 4
            source_version: ''
            start_time: 1700000000000
            status: {{status}}
            tags: []
            user_id: anna
            """);
        Write(folder, "tags/mlflow.runName", name);
        return folder;
    }

    public static void Dataset(string experiment, string run, string id, string name)
    {
        Write(Path.Combine(experiment, "datasets", id), "meta.yaml", $"digest: d1\nname: {name}\nprofile: '{{\"num_rows\": 3}}'\nschema: null\nsource: '{{\"uri\": \"rows.csv\"}}'\nsource_type: local\n");
        Write(Path.Combine(run, "inputs", $"in-{id}"), "meta.yaml", $"destination_id: {Path.GetFileName(run)}\ndestination_type: RUN\nsource_id: {id}\nsource_type: DATASET\ntags:\n  mlflow.data.context: training\n");
    }

    public static void Write(string folder, string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public static string Id(int number) => number.ToString("x32", CultureInfo.InvariantCulture);

    public void Dispose() => _folder.Dispose();
}
