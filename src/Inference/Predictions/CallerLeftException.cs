namespace Assay.Inference.Predictions;

/// <summary>The caller reset its connection, or its stream of one, before the whole body had come.</summary>
internal sealed class CallerLeftException(Exception reset) : IOException("The caller left before its body had come.", reset);
