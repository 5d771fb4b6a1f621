namespace Assay.Inference.Models;

/// <summary>Why a loaded model does not answer at the moment.</summary>
/// <param name="Sentence">In one sentence.</param>
/// <param name="LastWords">What its program wrote last; empty when it said nothing.</param>
/// <param name="RetryAfter">When it is tried again.</param>
public sealed record ModelTrouble(string Sentence, string LastWords, TimeSpan RetryAfter);
