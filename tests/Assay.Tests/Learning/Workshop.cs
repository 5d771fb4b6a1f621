using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Kernel;
using Assay.Learning;

namespace Assay.Tests.Learning;

/// <summary>A temporary folder in which the training step runs as in production: files in, files out.</summary>
internal sealed class Workshop : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("assay-learning-test-");

    public string Output => Path.Combine(_folder.FullName, "out");

    public string Package => Path.Combine(Output, "package");

    public StringWriter Progress { get; } = new();

    public string Input => Path.Combine(_folder.FullName, "in");

    public void Dispose() => _folder.Delete(recursive: true);

    public Task<TrainingOutcome> Train(Table table, TrainingRequest request, CancellationToken cancel = default)
    {
        Put("rows.csv", table.Csv());
        return Train(request with { Datasets = [File("rows.csv")] }, cancel);
    }

    public Task<TrainingOutcome> Train(TrainingRequest request, CancellationToken cancel = default)
    {
        Put("request.json", JsonSerializer.Serialize(request, AssayJson.Options));
        return TrainStep.Run(Input, Output, Progress, cancel);
    }

    public static TrainingRequest Ask(string label) => new("model", label, []);

    public static TrainingFile File(string path) => new(
        path, path.EndsWith(".parquet", StringComparison.Ordinal) ? "parquet" : "csv", Path.GetFileNameWithoutExtension(path), 1, "sha256:00");

    public void Put(string file, string text)
    {
        Directory.CreateDirectory(Input);
        System.IO.File.WriteAllText(Path.Combine(Input, file), text);
    }

    public void Copy(string path)
    {
        Directory.CreateDirectory(Input);
        System.IO.File.Copy(path, Path.Combine(Input, Path.GetFileName(path)));
    }

    /// <summary>Takes the package into the input folder, as the one in production.</summary>
    public void Crown() => Directory.Move(Package, Path.Combine(Input, "champion"));

    public T Read<T>(string file) => JsonSerializer.Deserialize<T>(System.IO.File.ReadAllBytes(Path.Combine(Package, file)), AssayJson.Options)!;
}
