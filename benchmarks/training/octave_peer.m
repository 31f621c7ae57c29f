% Trains each class against the rest and prints the seconds of CPU and on the wall.
%
%   octave octave_peer.m FOLDER METHOD WIDTH m n k lambda tolerance limit
%
% FOLDER holds X, (m, n), and targets, (m, k), as raw float64 row after row; theta,
% (k, n), is written there.

1;

function [J, gradient] = cost(theta, X, y, lambda)
  m = rows(X);
  z = X * theta;
  free = [0; theta(2:end)];
  J = (sum(max(z, 0) - y .* z + log1p(exp(-abs(z)))) + lambda / 2 * (free' * free)) / m;
  gradient = (X' * (1 ./ (1 + exp(-z)) - y) + lambda * free) / m;
end

% Polak and Ribiere (1969), with a secant search for the zero of the slope along the line.
function theta = conjugate_gradients(J_of, theta, tolerance, limit)
  [J, gradient] = J_of(theta);
  direction = -gradient;
  step = 1 / (1 + gradient' * gradient);
  evaluations = 1;
  while max(abs(gradient)) > tolerance && evaluations < limit
    slope = gradient' * direction;
    if slope >= 0
      direction = -gradient;
      slope = gradient' * direction;
    end
    low = 0; low_slope = slope; high = inf; a = step; found = false;
    for trial = 1:20
      [J_new, gradient_new] = J_of(theta + a * direction);
      evaluations++;
      new_slope = gradient_new' * direction;
      enough = J_new <= J + 1e-4 * a * slope;
      if enough && abs(new_slope) <= 0.1 * abs(slope)
        found = true;
        break;
      end
      if !enough || new_slope > 0
        high = a; high_slope = new_slope;
      else
        low = a; low_slope = new_slope;
      end
      if isinf(high)
        a = min(max(a * slope / (slope - new_slope), 1.5 * a), 10 * a);
      else
        if high_slope > low_slope
          a = low - low_slope * (high - low) / (high_slope - low_slope);
        else
          a = (low + high) / 2;
        end
        a = min(max(a, low + 0.1 * (high - low)), high - 0.1 * (high - low));
      end
    end
    if !found && !(J_new < J)
      break;  % nothing lower along this line: the floats end here
    end
    theta += a * direction;
    beta = max(0, (gradient_new' * (gradient_new - gradient)) / (gradient' * gradient));
    direction = -gradient_new + beta * direction;
    step = a * slope / (gradient_new' * direction);
    if !(step > 0)
      step = a;
    end
    J = J_new; gradient = gradient_new;
  end
end

function matrix = read_rows(file, m, n)
  handle = fopen(file);
  matrix = fread(handle, [n, m], 'double')';
  fclose(handle);
end

arguments = argv();
[folder, method, width] = arguments{1:3};
numbers = num2cell(str2double(arguments(4:9)));
[m, n, k, lambda, tolerance, limit] = numbers{:};
X = read_rows(fullfile(folder, 'X'), m, n);
targets = read_rows(fullfile(folder, 'targets'), m, k);
Theta = zeros(n, k);

cpu = cputime(); wall = tic();
X = cast(X, width);
targets = cast(targets, width);
options = optimset('GradObj', 'on', 'MaxIter', limit, 'TolFun', tolerance, 'TolX', tolerance);
for c = 1:k
  J_of = @(theta) cost(theta, X, targets(:, c), lambda);
  if strcmp(method, 'fminunc')
    Theta(:, c) = fminunc(J_of, zeros(n, 1, width), options);
  else
    Theta(:, c) = conjugate_gradients(J_of, zeros(n, 1, width), tolerance, limit);
  end
end
printf('%.9f %.9f\n', cputime() - cpu, toc(wall));

handle = fopen(fullfile(folder, 'theta'), 'w');
fwrite(handle, Theta, 'double');
fclose(handle);
