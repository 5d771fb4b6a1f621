using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Statistics.Profiles;

namespace Assay.Learning.Packaging;

/// <summary>What a finished package holds.</summary>
internal sealed record PackageContent(byte[] Model, ModelSchema Schema, BaselineProfile Baseline, Evaluation Evaluation);

/// <summary>Writes a package so that it is there whole or not at all.</summary>
internal static class PackageFolder
{
    public const string Name = "package";
    public const string Result = "result.json";

    /// <summary>Takes away what an earlier attempt left.</summary>
    public static void Clear(string outputFolder)
    {
        Directory.CreateDirectory(outputFolder);
        File.Delete(Path.Combine(outputFolder, Result));
        foreach (var folder in Directory.EnumerateDirectories(outputFolder, Name + "*"))
            Directory.Delete(folder, recursive: true);
    }

    public static void Write(string outputFolder, PackageContent content)
    {
        var unfinished = Path.Combine(outputFolder, Name + ".unfinished");
        Directory.CreateDirectory(unfinished);
        File.WriteAllBytes(Path.Combine(unfinished, PackageFiles.Model), content.Model);
        WriteJson(Path.Combine(unfinished, PackageFiles.Schema), content.Schema);
        WriteJson(Path.Combine(unfinished, PackageFiles.Baseline), content.Baseline);
        WriteJson(Path.Combine(unfinished, PackageFiles.Evaluation), content.Evaluation);
        File.WriteAllText(
            Path.Combine(unfinished, PackageFiles.MLmodel), MLmodelFile.Write(content.Schema), new UTF8Encoding(false));
        Directory.Move(unfinished, Path.Combine(outputFolder, Name));
    }

    public static void WriteResult(string outputFolder, TrainingOutcome outcome)
    {
        var unfinished = Path.Combine(outputFolder, Result + ".unfinished");
        WriteJson(unfinished, outcome);
        File.Move(unfinished, Path.Combine(outputFolder, Result), overwrite: true);
    }

    private static void WriteJson<T>(string path, T value)
    {
        using var file = File.Create(path);
        JsonSerializer.Serialize(file, value, AssayJson.Indented);
    }
}
