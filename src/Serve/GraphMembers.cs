using System.Text;
using Assay.Inference.Graphs;
using Assay.Inference.Models;

namespace Assay.Serve;

/// <summary>
/// The versions that graphs of models name, as folders: those that were brought from where the graph came from, and those that
/// stand beside a graph's folder as <c>NAME-VERSION</c> or <c>NAME/VERSION</c>; beside the folder above it, where the graph is
/// itself a version in a model's folder.
/// </summary>
/// <param name="whyNot">Says of a folder what stands against it; null for nothing.</param>
public sealed class GraphMembers(Func<string, string?> whyNot)
{
    private readonly Dictionary<(string Model, string Version), string> _brought = [];

    /// <summary>Brings what a folder's graph names, once each; does nothing where there is no graph.</summary>
    /// <param name="folder">Of a verified package.</param>
    /// <param name="bring">The folder of a version, brought and verified.</param>
    public async Task Bring(string folder, Func<string, string, Task<string>> bring)
    {
        var graph = Path.Combine(folder, ModelGraphs.File);
        if (!File.Exists(graph))
            return;
        foreach (var member in ModelGraphs.Members(await File.ReadAllTextAsync(graph, Encoding.UTF8)))
        {
            if (!_brought.ContainsKey((member.Model, member.Version)))
                _brought.Add((member.Model, member.Version), await bring(member.Model, member.Version));
        }
    }

    /// <summary>The folder of a member; null when there is none.</summary>
    /// <exception cref="InvalidModelException">It is there, and doesn't verify.</exception>
    public string? Find(string graph, string model, string version)
    {
        if (_brought.TryGetValue((model, version), out var brought))
            return brought;
        if (model.AsSpan().ContainsAny('/', '\\') || version.AsSpan().ContainsAny('/', '\\') || Places(graph, model, version).FirstOrDefault(Directory.Exists) is not { } folder)
            return null;
        return whyNot(folder) is { } problem ? throw new InvalidModelException(problem) : folder;
    }

    private static IEnumerable<string> Places(string graph, string model, string version)
    {
        var beside = Path.GetDirectoryName(graph) ?? graph;
        if (ModelFolders.NumberOf(Path.GetFileName(graph)) is not null)
            beside = Path.GetDirectoryName(beside) ?? beside;
        return [Path.Combine(beside, $"{model}-{version}"), Path.Combine(beside, model, version)];
    }
}
