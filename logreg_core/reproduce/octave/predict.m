function digits = predict(Theta, X, classes)
% PREDICT  The digit that each row of X is read as.
%   Theta    n x 1, which speaks for the second of two digits; n x K, a column a digit
%   classes  the digits, ascending
  z = X * Theta;
  if size(Theta, 2) == 1
    best = 1 + (z >= 0);                 % sigmoid(z) >= 0.5: a tie goes to the second
  else
    [~, best] = max(z, [], 2);
  end
  digits = reshape(classes(best), [], 1);
end
