using Assay.Client;

namespace Assay.Console.Layout;

/// <summary>What a part of a page does for its reader: one thing at a time, and a refusal is kept to be said beside it.</summary>
public sealed class Attempt
{
    /// <summary>Whether something is being done: buttons wait.</summary>
    public bool Busy { get; private set; }

    /// <summary>Why the last thing was not done; null when it was.</summary>
    public Trouble? Trouble { get; private set; }

    /// <summary>Says what the reader is to change before anything is asked.</summary>
    public void Refuse(Trouble trouble) => Trouble = trouble;

    /// <summary>Does it.</summary>
    /// <param name="failed">One short sentence for the reader, should it be refused.</param>
    /// <param name="work">What is done.</param>
    /// <param name="labels">Of the form that is sent, should it be one whose fields a refusal may name.</param>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> To(string failed, Func<Task> work, FieldLabels? labels = null)
    {
        (Busy, Trouble) = (true, null);
        try
        {
            await work();
            return true;
        }
        catch (AssayException refusal)
        {
            Trouble = Trouble.From(failed, refusal, labels);
            return false;
        }
        finally
        {
            Busy = false;
        }
    }
}
