namespace Assay.Registry.Scans.Contents;

/// <summary>What bytes are, whatever their name says.</summary>
internal enum ContentFormat
{
    Unknown,
    Empty,
    Text,
    Pickle,
    Zip,
    Gzip,
    Zlib,
    Bzip2,
    Xz,
    Lzma,
    Zstandard,
    Lz4,
    SevenZip,
    Rar,
    Tar,
    Numpy,
    Hdf5,
    Onnx,
    TensorFlow,
    Safetensors,
    Gguf,
    NativeCode,
}
