using System.Collections.Concurrent;

namespace Assay.Pipelines.Trainings;

/// <summary>How far the trainings of this process are, by id. In memory only: after a restart a training begins again.</summary>
internal sealed class TrainingProgress
{
    private readonly ConcurrentDictionary<string, (string Stage, int Percent)> _current = new();

    public void Report(string training, string stage, int percent) => _current[training] = (stage, Math.Clamp(percent, 0, 100));

    public (string Stage, int Percent)? Find(string training) => _current.TryGetValue(training, out var progress) ? progress : null;

    public void Forget(string training) => _current.TryRemove(training, out _);
}
