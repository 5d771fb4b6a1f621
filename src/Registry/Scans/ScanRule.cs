namespace Assay.Registry.Scans;

/// <summary>A kind of finding.</summary>
/// <param name="Id">Its stable name.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ScanRule(string Id, ScanSeverity Severity, string Why, string Remedy)
{
    private const string Safer = "Save the model as safetensors or ONNX, or as plain classes of a supported library.";
    private const string Rewrite = "Save the model again with the library that made it, from a source that you trust.";
    private const string Repack = "Pack the files again with an ordinary tool.";

    public static readonly ScanRule DangerousImport = new(
        "pickle.import-dangerous", ScanSeverity.Critical, "Loading the file gives its author a way to run programs or read and write files here.", "Do not load it. Ask its author why it is there, and get the model from another source.");

    public static readonly ScanRule UnknownImport = new(
        "pickle.import-unknown", ScanSeverity.High, "Loading the file imports this, and it is on no allow-list: nobody has shown that it is harmless.", $"{Safer} If the class is your own, have the finding waived.");

    public static readonly ScanRule ComputedImport = new(
        "pickle.import-computed", ScanSeverity.High, "What is imported is decided only as the file is loaded, which hides it from any check.", Safer);

    public static readonly ScanRule Call = new(
        "pickle.call", ScanSeverity.High, "No library saves a model so; harmless parts are put together to do something else.", Rewrite);

    public static readonly ScanRule State = new(
        "pickle.state", ScanSeverity.High, "Setting this changes how Python treats a class or an object, and so what code runs.", Rewrite);

    public static readonly ScanRule ExtensionCode = new(
        "pickle.extension-code", ScanSeverity.High, "The code stands for an import that only the loading program's registry knows.", Safer);

    public static readonly ScanRule PersistentId = new(
        "pickle.persistent-id", ScanSeverity.High, "The loading program decides what such a name brings in; only PyTorch's storages are known here.", Safer);

    public static readonly ScanRule Buffer = new(
        "pickle.out-of-band", ScanSeverity.High, "A part of the data is not in the file, so that it can't be checked.", "Save the model without out-of-band buffers.");

    public static readonly ScanRule Broken = new(
        "pickle.broken", ScanSeverity.High, "Whatever stands before the break is carried out all the same when the file is loaded.", Rewrite);

    public static readonly ScanRule Trailing = new(
        "pickle.trailing-bytes", ScanSeverity.High, "Bytes behind the end are skipped by some programs and read by others.", Rewrite);

    public static readonly ScanRule Protocol = new(
        "pickle.protocol", ScanSeverity.High, "No program writes such a pickle; it is made by hand, usually to mislead scanners.", Rewrite);

    public static readonly ScanRule Ambiguous = new(
        "pickle.ambiguous", ScanSeverity.High, "joblib and pickle would read different instructions from these bytes.", Rewrite);

    public static readonly ScanRule ArchivePath = new(
        "archive.path", ScanSeverity.High, "Unpacking the container could write outside of its folder.", Repack);

    public static readonly ScanRule ArchiveLink = new(
        "archive.link", ScanSeverity.High, "A link leads to files that are not in the container; a device is no file at all.", "Put the file itself into the container.");

    public static readonly ScanRule ArchiveBomb = new(
        "archive.bomb", ScanSeverity.High, "Unpacking it would fill the memory or the disk.", Repack);

    public static readonly ScanRule ArchiveDamaged = new(
        "archive.damaged", ScanSeverity.High, "Some programs refuse a damaged member and others load it, so that a check by the first proves nothing for the second.", Repack);

    public static readonly ScanRule ArchiveMismatch = new(
        "archive.mismatch", ScanSeverity.High, "Two programs would see different files in this container.", Repack);

    public static readonly ScanRule ArchiveFlags = new(
        "archive.flags", ScanSeverity.High, "Flags that few programs know make some refuse a member that others load.", Repack);

    public static readonly ScanRule ArchiveDuplicate = new(
        "archive.duplicate", ScanSeverity.High, "Programs differ in which of two members with one name they load.", Repack);

    public static readonly ScanRule ArchiveSurroundings = new(
        "archive.surroundings", ScanSeverity.High, "Bytes that belong to no member are a second file in the same bytes, or hide one.", Repack);

    public static readonly ScanRule ArchiveUnreadable = new(
        "archive.unreadable", ScanSeverity.High, "What can't be opened here can't be checked.", "Use zip, gzip, bzip2 or xz, without a password.");

    public static readonly ScanRule NameMismatch = new(
        "file.name-mismatch", ScanSeverity.High, "Whoever trusts the name loads something else.", "Give the file the ending of its format.");

    public static readonly ScanRule FileLink = new(
        "file.link", ScanSeverity.High, "A link leads to files that are not in the folder.", "Put the file itself into the folder.");

    public static readonly ScanRule NativeCode = new(
        "file.native-code", ScanSeverity.High, "Programs and compiled code run with all rights of whoever loads them, and can't be checked.", "Take the file out of the package.");

    public static readonly ScanRule NotInspected = new(
        "file.not-inspected", ScanSeverity.Note, "The format is not one that this scanner looks into.", "Nothing, if the program that reads the file only takes data from it.");

    public static readonly ScanRule Limit = new(
        "scan.limit", ScanSeverity.High, "What was not looked at can't pass.", "Split the model, or raise the limit in the section Scans of the settings.");

    public static readonly ScanRule KerasLambda = new(
        "keras.lambda", ScanSeverity.High, "A Lambda layer carries Python code that runs when the model is loaded or used.", "Replace it by a layer class, and save the model again.");

    public static readonly ScanRule KerasImport = new(
        "keras.import", ScanSeverity.High, "Loading the model imports this, which is not Keras's own.", "Use Keras's own layers, or have the finding waived.");

    public static readonly ScanRule KerasPath = new(
        "keras.path", ScanSeverity.High, "Loading the model reads a file or an address of its author's choice.", "Put the vocabulary itself into the model.");

    public static readonly ScanRule TensorFlowOperator = new(
        "tensorflow.operator", ScanSeverity.High, "The operator reads or writes files, or runs Python, when the model is used.", "Take it out of the graph: such steps belong into the program around it.");

    public static readonly ScanRule OnnxExternalData = new(
        "onnx.external-data", ScanSeverity.High, "Loading the model reads a file outside of its folder.", "Store the weights inside the model, or beside it under a plain name.");

    public static readonly ScanRule OnnxOperators = new(
        "onnx.custom-operators", ScanSeverity.High, "The model needs native code that is not part of it.", "Use standard operators, or functions defined in the model.");

    public static readonly ScanRule TorchScript = new(
        "torchscript.file-access", ScanSeverity.High, "The model's own code reads or writes files when it is used.", "Take the call out of the model.");

    public static readonly ScanRule Damaged = new(
        "file.damaged", ScanSeverity.High, "A file that breaks its own format is made to be read differently by different programs, or is of no use.", Rewrite);

    /// <summary>Every rule, by its name.</summary>
    public static IReadOnlyList<ScanRule> All { get; } =
    [
        DangerousImport, UnknownImport, ComputedImport, Call, State, ExtensionCode, PersistentId, Buffer, Broken, Trailing, Protocol, Ambiguous,
        ArchivePath, ArchiveLink, ArchiveBomb, ArchiveDamaged, ArchiveMismatch, ArchiveFlags, ArchiveDuplicate, ArchiveSurroundings, ArchiveUnreadable,
        NameMismatch, FileLink, NativeCode, NotInspected, Limit, Damaged,
        KerasLambda, KerasImport, KerasPath, TensorFlowOperator, OnnxExternalData, OnnxOperators, TorchScript,
    ];

    public bool Blocks => Severity >= ScanSeverity.High;
}
