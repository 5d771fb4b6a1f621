namespace Assay.Data.Datasets;

/// <summary>A file is no usable table. The message is one sentence that says what is wrong, where, and what to do.</summary>
public sealed class InvalidTableException(string message) : Exception(message);
