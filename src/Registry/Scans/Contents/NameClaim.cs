using System.Collections.Frozen;

namespace Assay.Registry.Scans.Contents;

/// <summary>What a file's ending says that its content is.</summary>
internal static class NameClaim
{
    private static readonly ContentFormat[] Packed =
        [ContentFormat.Gzip, ContentFormat.Zlib, ContentFormat.Bzip2, ContentFormat.Xz, ContentFormat.Lzma, ContentFormat.Zstandard, ContentFormat.Lz4];

    private static readonly ContentFormat[] Pickles = [ContentFormat.Pickle, ContentFormat.Zip, ContentFormat.Tar, .. Packed];

    /// <summary>Formats that can bring code: found under a name that says otherwise they are a trap.</summary>
    private static readonly FrozenSet<ContentFormat> Loaded =
    [
        ContentFormat.Zip, ContentFormat.Tar, ContentFormat.Pickle, ContentFormat.Hdf5, ContentFormat.SevenZip, ContentFormat.Rar,
        ContentFormat.NativeCode, .. Packed,
    ];

    private static readonly FrozenSet<string> PickleEndings =
        [".pkl", ".pickle", ".pck", ".pcl", ".joblib", ".jbl", ".dill", ".cloudpickle", ".pt", ".pth", ".ckpt"];

    private static readonly FrozenDictionary<string, ContentFormat[]> Formats = Claims().ToFrozenDictionary();

    /// <summary>Whether whoever sees the name will unpickle the file, so that it must be one that can be read to its end.</summary>
    public static bool IsPickle(string name) => PickleEndings.Contains(Ending(name));

    /// <summary>Whether content of this format, under this name, is a trap.</summary>
    public static bool Contradicts(string name, ContentFormat format) =>
        Loaded.Contains(format) && Formats.TryGetValue(Ending(name), out var expected) && !expected.Contains(format);

    /// <summary>The format that whoever loads a graph takes it for, by its name; null for other names.</summary>
    public static ContentFormat? Graph(string name) => Ending(name) switch
    {
        ".onnx" => ContentFormat.Onnx,
        ".pb" => ContentFormat.TensorFlow,
        _ => null,
    };

    /// <summary>Whether the name says that this is a pickle, which the content, of no known format, is not.</summary>
    public static bool IsUnmet(string name, ContentFormat format) =>
        IsPickle(name) && !Pickles.Contains(format) && format != ContentFormat.Empty && !Contradicts(name, format);

    /// <summary>Whether the name says that this is a graph, which the content is not, or not as it is read here.</summary>
    public static bool IsNoGraph(string name, ContentFormat format) =>
        Graph(name) is { } graph && graph != format && format != ContentFormat.Empty && !Contradicts(name, format);

    private static string Ending(string name) => Path.GetExtension(name).ToLowerInvariant();

    private static Dictionary<string, ContentFormat[]> Claims()
    {
        var claims = PickleEndings.ToDictionary(ending => ending, _ => Pickles);
        void Claim(string endings, params ContentFormat[] formats)
        {
            foreach (var ending in endings.Split(' '))
                claims[ending] = formats;
        }

        Claim(".npy", ContentFormat.Numpy);
        Claim(".npz .zip .whl .jar .egg .xlsx .docx .mar", ContentFormat.Zip);
        Claim(".keras", ContentFormat.Zip, ContentFormat.Hdf5);
        Claim(".h5 .hdf5 .hdf", ContentFormat.Hdf5);
        Claim(".gz .tgz", ContentFormat.Gzip);
        Claim(".bz2", ContentFormat.Bzip2);
        Claim(".xz", ContentFormat.Xz);
        Claim(".lzma", ContentFormat.Lzma);
        Claim(".tar", ContentFormat.Tar);
        Claim(".7z", ContentFormat.SevenZip);
        Claim(".rar", ContentFormat.Rar);
        Claim(".so .dll .dylib .exe .pyd .pyc .pyo", ContentFormat.NativeCode);
        Claim(".safetensors .onnx .gguf .ggml .pb .pbtxt .tflite .json .ubj .yaml .yml .toml .txt .md .rst .csv .tsv .parquet .arrow .feather"
            + " .png .jpg .jpeg .gif .svg .html .py .ipynb .cfg .ini .xml .sig .pem .lock .log .pmml .mlmodel");
        return claims;
    }
}
