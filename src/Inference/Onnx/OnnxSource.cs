using System.Text;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Assay.Inference.Onnx;

/// <summary>
/// A graph of a package. One that keeps tensors in other files gets a private folder with those, and finds nothing else:
/// the runtime would look in the server's own folder otherwise.
/// </summary>
internal sealed class OnnxSource : IDisposable
{
    private const string ExternalFolder = "session.model_external_initializers_file_folder_path";
    private static ReadOnlySpan<byte> ExternalKey => "location"u8;

    private readonly byte[] _graph;
    private readonly string? _folder;

    /// <param name="package">The package.</param>
    /// <param name="file">Path of the graph in it.</param>
    /// <param name="columns">What the columns of the only input are called, where the package says that.</param>
    /// <param name="surroundings">Where its folder may be.</param>
    public OnnxSource(ModelPackage package, string file, IReadOnlyList<string>? columns, ModelSurroundings surroundings)
    {
        Columns = columns;
        _graph = package.Read(file);
        (Answer, Counted) = RowAnswerFinder.Find(package, _graph);
        if (_graph.AsSpan().IndexOf(ExternalKey) < 0)
            return;
        _folder = surroundings.MakeFolder("tensors");
        var inner = file.LastIndexOf('/') is >= 0 and var cut ? file[..(cut + 1)] : "";
        try
        {
            package.WriteTo(_folder, inner, path => path != file && _graph.AsSpan().IndexOf(Encoding.UTF8.GetBytes(path[inner.Length..])) >= 0);
        }
        catch
        {
            Dispose();   // half of the files on a full disk would keep it full
            throw;
        }
    }

    public IReadOnlyList<string>? Columns { get; }

    /// <summary>How its answer is a class or a number for each row; null where it isn't.</summary>
    public RowAnswer? Answer { get; }

    /// <summary>What of its answers can be counted: those, or else which number of a row is the largest.</summary>
    public RowAnswer? Counted { get; }

    /// <summary>The linear functions or trees that its outputs are; null where they are something else.</summary>
    public ReadTensors? Read(ModelSignature signature) => _folder is null && _graph.Length <= RowAnswerFinder.GraphBytesMax ? GraphReader.Read(_graph, signature) : null;

    public InferenceSession Open(SessionOptions options)
    {
        if (_folder is not null)
            options.AddSessionConfigEntry(ExternalFolder, _folder);
        return new InferenceSession(_graph, options);
    }

    public void Dispose()
    {
        if (_folder is not null && Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}
